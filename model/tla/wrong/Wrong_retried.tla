---------------------------- MODULE Wrong_retried ----------------------------
(* A job that failed is tried again. *)
EXTENDS MC_jobs_2019

EndsAndBeginsAgain(j) ==
    /\ jobs[j].status \in {"InProgress", "Failed"}
    /\ Asks(0)
    /\ LET next == CASE jobs[j].status = "Failed" -> "InProgress"
                     [] jobs[j].source = "Missing" -> "Failed"
                     [] OTHER -> "Succeeded"
       IN JobBecomes(j, [jobs[j] EXCEPT !.status = next], [kind |-> "Ends", job |-> j])
===============================================================================
