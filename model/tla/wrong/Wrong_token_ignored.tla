------------------------- MODULE Wrong_token_ignored -------------------------
(* A token that was used starts another job in its place. *)
EXTENDS MC_jobs

NeverReplays(j) == FALSE
===============================================================================
