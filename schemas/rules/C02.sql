-- id = "C02"
-- version = 1
-- name = "over-entitlement"
-- severity = "error"
-- subject = ["agreement_id", "claim_id"]
-- parameters = ["claim_tolerance"]
-- valid_from = 2016-01-01
-- [da]
-- title = "Kravet er større end afregningen"
-- message = "Kravet {claim_id} for {period_start} til {period_end} lyder på {amount} kr.; afregningen giver {total_ore} kr."
-- explanation = "Afregningen regnes af aftalen og forløbene. Et krav over den, ud over revisorens tolerance, har ingen dækning."
-- cure = "Se afregningens linjer, og ret kravet. Accepteres afvigelsen, gælder det beregnede beløb."
-- basis = "Aftalens afregning; revisorprofilens claim_tolerance"
-- [en]
-- title = "The claim is larger than the settlement"
-- message = "The claim {claim_id} for {period_start} to {period_end} is for DKK {amount}; the settlement gives DKK {total_ore}."
-- explanation = "The settlement is computed from the agreement and the placements. A claim above it, beyond the auditor's tolerance, has no cover."
-- cure = "See the settlement's lines and correct the claim. If the finding is accepted, the computed amount holds."
-- basis = "The agreement's settlement; the auditor profile's claim_tolerance"
SELECT
  agreement_id,
  claim_id,
  claimed_ore - total_ore AS amount_ore,
  total_ore - claimed_ore AS effect_ore,
  'claims/amount/' || claim_id AS proposal,
  CAST(CAST(total_ore * 0.01 AS DECIMAL(38, 2)) AS VARCHAR) AS proposal_value,
  'claims/amount/' || claim_id || chr(10) || 'claims/period_start/' || claim_id || chr(10) || 'claims/period_end/' || claim_id
    AS evidence,
  period_start,
  period_end,
  amount,
  total_ore
FROM claimed
WHERE claimed_ore - total_ore > tolerance_ore
