/* SPDX-License-Identifier: MIT */
/* The text of each template, in the order of `enum rc_template`; made from templates/ by embed.py.
 */
#ifndef RCGEN_TEMPLATE_TEMPLATE_TEXT_H
#define RCGEN_TEMPLATE_TEMPLATE_TEXT_H

extern const char *const rc_template_text[];

#endif
