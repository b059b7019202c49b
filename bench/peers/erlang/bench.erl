%% SPDX-License-Identifier: MIT
%% The loads of the benchmark on Erlang/OTP: bench:main([Load, N]) prints one figure.
-module(bench).
-export([main/1]).

-define(CHUNK, 1000).
-define(RING, 503).

main([Load, N]) ->
    io:format("~p~n", [measure(Load, list_to_integer(atom_to_list(N)))]),
    halt(0).

measure('ping-pong', N) -> N / pass_around(2, 2 * N);
measure(ring, N) -> N / pass_around(?RING, N);
measure('one-to-one', N) -> N / produce(1, N);
measure('four-to-one', N) -> N / produce(4, N);
measure('spawn-stop', N) ->
    N / seconds(fun() ->
        Main = self(),
        Ended = counters:new(1, [atomics]),
        Last = spawn_link(fun() -> await(Ended, N, Main) end),
        spawn(fun() -> spawn_all(N, Ended, N, Last) end),
        receive done -> ok end
    end);
measure(call, N) ->
    Server = spawn_link(fun answer/0),
    N / seconds(fun() ->
        Main = self(),
        spawn_link(fun() -> ask(Server, N), Main ! done end),
        receive done -> ok end
    end);
measure(skynet, N) ->
    1000 * seconds(fun() ->
        Main = self(),
        spawn(fun() -> branch(Main, 0, N) end),
        receive {sum, _} -> ok end
    end);
measure(memory, N) ->
    Before = resident_bytes(),
    All = [spawn(fun answer/0) || _ <- lists:seq(1, N)],
    Bytes = (resident_bytes() - Before) / N,
    true = length(All) =:= N,
    Bytes;
measure(_, _) -> none.

seconds(Fun) ->
    Start = erlang:monotonic_time(nanosecond),
    Fun(),
    (erlang:monotonic_time(nanosecond) - Start) / 1.0e9.

pass_around(NPlayers, Steps) ->
    Main = self(),
    First = spawn_link(fun() -> receive {next, Next} -> play(Next, Main) end end),
    Second = lists:foldl(
        fun(_, Next) -> spawn_link(fun() -> play(Next, Main) end) end,
        First, lists:seq(2, NPlayers)),
    First ! {next, Second},
    seconds(fun() -> Second ! Steps, receive done -> ok end end).

play(Next, Main) ->
    receive
        0 -> Main ! done;
        Number -> Next ! Number - 1
    end,
    play(Next, Main).

produce(NProducers, N) ->
    Main = self(),
    Each = N div NProducers,
    Consumer = spawn_opt(fun() -> consume(Each * NProducers, Main) end,
        [link, {message_queue_data, off_heap}]),
    seconds(fun() ->
        [spawn_link(fun() -> send(Consumer, Each) end) || _ <- lists:seq(1, NProducers)],
        receive done -> ok end
    end).

send(_, 0) -> ok;
send(Consumer, N) -> Consumer ! N, send(Consumer, N - 1).

consume(0, Main) -> Main ! done;
consume(N, Main) -> receive _ -> consume(N - 1, Main) end.

spawn_all(0, _, _, _) -> ok;
spawn_all(N, Ended, All, Last) ->
    Pid = spawn(fun() -> mortal(Ended, All, Last) end),
    Pid ! stop,
    spawn_all(N - 1, Ended, All, Last).

mortal(Ended, All, Last) ->
    receive stop -> counters:add(Ended, 1, 1) end,
    case counters:get(Ended, 1) of
        All -> Last ! check;
        _ -> ok
    end.

await(Ended, N, Main) ->
    receive check -> ok end,
    case counters:get(Ended, 1) of
        N -> Main ! done;
        _ -> await(Ended, N, Main)
    end.

answer() ->
    receive {From, Tag, Number} -> From ! {Tag, Number + 1} end,
    answer().

%% What gen:call does, without its wrapping.
ask(_, 0) -> ok;
ask(Server, N) ->
    Tag = erlang:monitor(process, Server),
    Server ! {self(), Tag, N},
    receive {Tag, _} -> erlang:demonitor(Tag, [flush]) end,
    ask(Server, N - 1).

branch(Parent, First, 1) -> Parent ! {sum, First};
branch(Parent, First, Size) ->
    Self = self(),
    [spawn(fun() -> branch(Self, First + I * Size div 10, Size div 10) end)
     || I <- lists:seq(0, 9)],
    Parent ! {sum, gather(10, 0)}.

gather(0, Sum) -> Sum;
gather(N, Sum) -> receive {sum, Value} -> gather(N - 1, Sum + Value) end.

resident_bytes() ->
    {ok, Text} = file:read_file("/proc/self/statm"),
    [_, Pages | _] = binary:split(Text, <<" ">>, [global]),
    4096 * binary_to_integer(Pages).
