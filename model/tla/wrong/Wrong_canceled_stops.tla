------------------------- MODULE Wrong_canceled_stops -------------------------
(* A canceled profile's job never ends. *)
EXTENDS MC_jobs_2019

EndsWhileActive(j) ==
    /\ Running(j)
    /\ profiles[jobs[j].profile].status = "Active"
    /\ Asks(0)
    /\ JobBecomes(j,
        [jobs[j] EXCEPT !.status = IF jobs[j].source = "Missing" THEN "Failed" ELSE "Succeeded"],
        [kind |-> "Ends", job |-> j])
===============================================================================
