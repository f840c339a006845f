----------------------- MODULE Wrong_platform_unchecked -----------------------
(* Every platform does both kinds of job. *)
EXTENDS MC_jobs

EveryPlatform(platform) == TRUE
===============================================================================
