------------------------- MODULE Wrong_canceled_signs -------------------------
(* A canceled profile starts jobs. *)
EXTENDS MC_jobs

CanceledMakesJobs(status) == status \in {"Active", "Canceled"}
===============================================================================
