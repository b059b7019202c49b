" SPDX-License-Identifier: MIT
autocmd BufNewFile,BufRead *.ractor setfiletype ractor
