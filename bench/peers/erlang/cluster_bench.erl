%% SPDX-License-Identifier: MIT
%% The cluster's loads on Erlang's distribution: cluster_bench:main([Load, N]) starts a second node
%% and prints one figure. BENCH_PEER_CPU names the core that the second node is bound to.
-module(cluster_bench).
-export([main/1, serve/0]).

-define(LARGE, 65536).
-define(OUTSTANDING, 64).

main([Load, N]) ->
    Sink = start_peer(),
    io:format("~p~n", [measure(Load, list_to_integer(atom_to_list(N)), Sink)]),
    erlang:disconnect_node(node(Sink)),
    halt(0).

measure('remote-call-p50', N, Sink) -> latency(N, 0.5, Sink);
measure('remote-call-p50-core', N, Sink) -> latency(N, 0.5, Sink);
measure('remote-call-p99', N, Sink) -> latency(N, 0.99, Sink);
measure('remote-calls', N, Sink) ->
    N / seconds(fun() ->
        [Sink ! {next, self(), I} || I <- lists:seq(1, ?OUTSTANDING)],
        keep_asking(N - ?OUTSTANDING, ?OUTSTANDING, Sink)
    end);
measure('remote-casts', N, Sink) ->
    Text = <<"sixteen bytes it">>,
    N / seconds(fun() ->
        send_all(N, fun(I) -> Sink ! {note, Text, I} end),
        count(Sink, N)
    end);
measure('remote-large', N, Sink) ->
    Data = binary:copy(<<"x">>, ?LARGE),
    N * ?LARGE / 1.0e6 / seconds(fun() ->
        send_all(N, fun(_) -> Sink ! {blob, Data} end),
        count(Sink, N)
    end);
measure(_, _, _) -> none.

%% The other node runs the sink, and ends with the connection.
start_peer() ->
    Name = "bench_sink",
    Host = lists:nth(2, string:split(atom_to_list(node()), "@")),
    Bind = case os:getenv("BENCH_PEER_CPU") of
        false -> "";
        Core -> "taskset -c " ++ Core ++ " "
    end,
    Command = Bind ++ "erl -noshell -sname " ++ Name ++ " -setcookie bench -kernel dist_nodelay "
        "true -pa " ++ filename:dirname(code:which(?MODULE)) ++ " -s cluster_bench serve",
    open_port({spawn, Command}, []),
    find_sink(list_to_atom(Name ++ "@" ++ Host), 500).

find_sink(Node, Tries) when Tries > 0 ->
    case net_adm:ping(Node) of
        pong ->
            case rpc:call(Node, erlang, whereis, [sink]) of
                Sink when is_pid(Sink) -> Sink;
                _ -> timer:sleep(20), find_sink(Node, Tries - 1)
            end;
        pang -> timer:sleep(20), find_sink(Node, Tries - 1)
    end.

serve() ->
    register(sink, spawn(fun() ->
        process_flag(message_queue_data, off_heap),
        sink(0)
    end)),
    ok = net_kernel:monitor_nodes(true),
    receive {nodedown, _} -> halt(0) end.

sink(Count) ->
    receive
        {note, _, _} -> sink(Count + 1);
        {blob, _} -> sink(Count + 1);
        {next, From, Number} -> From ! {reply, Number + 1}, sink(Count);
        {count, From} -> From ! {count, Count}, sink(Count)
    end.

send_all(N, Send) -> send_all(0, N, Send).
send_all(N, N, _) -> ok;
send_all(I, N, Send) -> Send(I), send_all(I + 1, N, Send).

count(Sink, N) ->
    Sink ! {count, self()},
    receive
        {count, N} -> ok;
        {count, _} -> count(Sink, N)
    end.

keep_asking(0, 0, _) -> ok;
keep_asking(Left, Awaited, Sink) ->
    receive {reply, _} -> ok end,
    case Left of
        0 -> keep_asking(0, Awaited - 1, Sink);
        _ -> Sink ! {next, self(), Left}, keep_asking(Left - 1, Awaited, Sink)
    end.

%% Each call is a monitor, a message, a reply and a demonitor, as gen:call does it.
call(Sink) ->
    Ref = erlang:monitor(process, Sink),
    Sink ! {next, self(), 1},
    receive {reply, _} -> erlang:demonitor(Ref, [flush]) end.

latency(N, Quantile, Sink) ->
    [call(Sink) || _ <- lists:seq(1, N div 10)],
    Times = lists:sort([time_call(Sink) || _ <- lists:seq(1, N)]),
    lists:nth(1 + trunc((N - 1) * Quantile), Times) / 1000.

time_call(Sink) ->
    Start = erlang:monotonic_time(nanosecond),
    call(Sink),
    erlang:monotonic_time(nanosecond) - Start.

seconds(Run) ->
    Start = erlang:monotonic_time(nanosecond),
    Run(),
    (erlang:monotonic_time(nanosecond) - Start) / 1.0e9.
