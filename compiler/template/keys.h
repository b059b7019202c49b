/* SPDX-License-Identifier: MIT */
/* All names that templates may use, and all templates. */
#ifndef RCGEN_TEMPLATE_KEYS_H
#define RCGEN_TEMPLATE_KEYS_H

#define RC_KEYS(X)                                                                                 \
    X(version)        /* rcgen's */                                                                \
    X(abi)            /* the RACTOR_GEN_ABI that the output needs */                               \
    X(schema)         /* the schema file's name */                                                 \
    X(guard)          /* the header's include guard */                                             \
    X(header)         /* the header's name */                                                      \
    X(includes)       /* list: headers of imported schemas */                                      \
    X(include)        /* one of them */                                                            \
    X(enums)          /* list: message enums */                                                    \
    X(records)        /* list: structs with codecs, dependencies first */                          \
    X(n)              /* an enum's C prefix: demo_chat_room */                                     \
    X(u)              /* the same in upper case */                                                 \
    X(name)           /* a name as in the schema */                                                \
    X(full_name)      /* with its package */                                                       \
    X(doc)            /* list: lines of a doc comment */                                           \
    X(line)           /* one of them */                                                            \
    X(variants)       /* list */                                                                   \
    X(v)              /* a variant in snake case: send_${v} */                                     \
    X(tag)            /* its enumerator */                                                         \
    X(index)          /* its number */                                                             \
    X(member)         /* a name as a struct member */                                              \
    X(c)              /* the C type of a struct, value or field */                                 \
    X(type)           /* C type of a field */                                                      \
    X(n_variants)     /* how many */                                                               \
    X(fields)         /* list */                                                                   \
    X(n_fields)       /* how many */                                                               \
    X(has_fields)     /* flag: the variant has any */                                              \
    X(any_fields)     /* flag: some variant of the enum has */                                     \
    X(class)          /* whose functions encode a type: gen_codec.h */                             \
    X(op)             /* the type's name in them */                                                \
    X(codec)          /* its ractor_codec */                                                       \
    X(is_view)        /* flag: the type has a tail */                                              \
    X(has_views)      /* flag: the struct has a tail */                                            \
    X(is_local)       /* flag: never leaves the process */                                         \
    X(is_secret)      /* flag: masked when printed */                                              \
    X(secret)         /* the same as C text */                                                     \
    X(params)         /* a function's parameters for the fields, each followed by a comma */       \
    X(plain_params)   /* the same, each preceded by a comma */                                     \
    X(inits)          /* designated initialisers of the fields from the parameters */              \
    X(args)           /* &args or NULL */                                                          \
    X(is_rpc)         /* flag */                                                                   \
    X(reply)          /* list of at most one: the reply's type */                                  \
    X(reply_c)        /* C type of the reply */                                                    \
    X(reply_codec)    /* its codec's address or NULL */                                            \
    X(reply_param)    /* how a reply is passed: by value or as a const pointer */                  \
    X(reply_value)    /* its address inside the function */                                        \
    X(reply_view)     /* flag: the reply has a tail */                                             \
    X(reply_unit)     /* flag: the reply is unit */                                                \
    X(flags)          /* RACTOR_VARIANT_… or RACTOR_TYPE_… */                                  \
    X(timeout)        /* milliseconds */                                                           \
    X(messages)       /* [mailbox(messages = N)]; empty: none */                                   \
    X(bytes)          /* [mailbox(bytes = N)]; empty: none */                                      \
    X(fingerprint)    /* of what the enum looks like on the wire */                                \
    X(sorted)         /* the numbers of the variants in the order of names */                      \
    X(deprecated)     /* RACTOR_DEPRECATED("…") and a newline, or nothing */                     \
    X(handler_params) /* what a handler takes beside context and state, each preceded by a comma   \
                       */                                                                          \
    X(handler_args)   /* the same as passed by dispatch */                                         \
    X(structs)        /* list: structs of this file, to be declared ahead */                       \
    X(types)          /* list: structs and vecs that this file defines codecs for */               \
    X(foreigns)       /* list: imported structs that this file encodes */                          \
    X(is_vec)         /* flag: a vec, not a struct */                                              \
    X(e)              /* C type of its element */                                                  \
    X(e_class)        /* whose functions encode the element */                                     \
    X(e_op)           /* its name in them */                                                       \
    X(e_codec)        /* its codec */                                                              \
    X(max)            /* [max = N]; empty: none */                                                 \
    X(max_unit)       /* bytes of an element on the wire; 0: each has a length */                  \
    X(linkage)        /* "static " or nothing */                                                   \
    X(comma)          /* "," but after the last */                                                 \
    X(consts)         /* list: constants */                                                        \
    X(value)          /* a constant's value as a C expression */                                   \
    X(why)            /* the reason of [deprecated] as comment text */                             \
    X(is_map)         /* flag: a map, which is a vec of entries with unique keys */                \
    X(is_union)       /* flag */                                                                   \
    X(is_option)      /* flag */                                                                   \
    X(is_proto)       /* flag: a protobuf message, which nanopb declares */                        \
    X(has_protos)     /* flag: the file has such */                                                \
    X(is_box)         /* flag: an option that points at its value */                               \
    X(is_result)      /* flag */                                                                   \
    X(is_actor)       /* flag: a reference to an actor */                                          \
    X(is_table)       /* flag: the runtime encodes it by a table */                                \
    X(is_static)      /* flag: its codec is private to the source */                               \
    X(is_guarded)     /* flag: a struct that several headers may define alike */                   \
    X(is_bare)        /* as C text: each case is one value without a struct around it */           \
    X(kind)           /* which of the runtime's tables: option or choice */                        \
    X(length)         /* of a name */                                                              \
    X(key_codec)      /* the codec of a map's key */                                               \
    X(unions)         /* list: unions */                                                           \
    X(bind)           /* a field's name within a match arm */                                      \
    X(pattern)        /* the fields of a union's variant as a match arm binds them */              \
    X(derives)        /* traits that a Rust type derives */                                        \
    X(is_tuple)       /* flag: the variant's fields have no names */                               \
    X(has_secret)     /* flag: it has a field to be masked */                                      \
    X(has_pointer)    /* flag: it holds a C pointer, which has no place in Rust */                 \
    X(rpc)            /* the attribute of an rpc */                                                \
    X(whole)          /* of which enum this one is a part; empty: none */                          \
    X(whole_n)        /* its C prefix */                                                           \
    X(whole_tags)     /* list: the parts' tags in it */                                            \
    X(part)           /* the part's name */                                                        \
    X(parts)          /* list: enums that are parts of others */                                   \
    X(p)              /* a part in snake case: ${whole_n}_as_${p} */

#define RC_TEMPLATES(X)                                                                            \
    X(header)                                                                                      \
    X(compound)                                                                                    \
    X(compound_types)                                                                              \
    X(consts)                                                                                      \
    X(enum_types)                                                                                  \
    X(enum_functions)                                                                              \
    X(value_types)                                                                                 \
    X(prototypes)                                                                                  \
    X(foreign)                                                                                     \
    X(vec)                                                                                         \
    X(source)                                                                                      \
    X(record)                                                                                      \
    X(enum_source)                                                                                 \
    X(fuzz)                                                                                        \
    X(rust_doc)                                                                                    \
    X(rust_file)                                                                                   \
    X(rust_wire)

enum rc_key {
#define RC_KEY_ENUM(name) RC_KEY_##name,
    RC_KEYS(RC_KEY_ENUM)
#undef RC_KEY_ENUM
        RC_N_KEYS
};

#endif
