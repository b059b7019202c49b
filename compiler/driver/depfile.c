/* SPDX-License-Identifier: MIT */
#include "driver/depfile.h"

/* A path as Make reads it. */
static void add_dep_path(struct rc_buffer *out, const char *path)
{
    for (; *path != '\0'; path++) {
        if (*path == ' ' || *path == '#' || *path == '\\')
            rc_buffer_puts(out, "\\");
        else if (*path == '$')
            rc_buffer_puts(out, "$");
        rc_buffer_add(out, path, 1);
    }
}

/* All outputs of a job, the last first: what Ninja knows the step by is its first output. */
static void render_targets(struct rc_compile *compile, const struct rc_job *job,
                           struct rc_buffer *out)
{
    for (size_t i = compile->n_backends; i > 0; i--) {
        for (size_t j = compile->backends[i - 1]->n_outputs; j > 0; j--) {
            add_dep_path(out, job->outputs[i - 1][j - 1]);
            rc_buffer_puts(out, i > 1 || j > 1 ? " " : ":");
        }
    }
}

void rc_depfile_render(struct rc_compile *compile, const struct rc_job *job, struct rc_buffer *out)
{
    struct rc_paths paths = rc_load_dependencies(&compile->loader, job->loaded);
    render_targets(compile, job, out);
    for (size_t i = 0; i < paths.count; i++) {
        rc_buffer_puts(out, " \\\n  ");
        add_dep_path(out, paths.items[i]);
    }
    rc_buffer_puts(out, "\n");
}
