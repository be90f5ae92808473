-- id = "C03"
-- version = 1
-- name = "under-entitlement"
-- severity = "info"
-- subject = ["agreement_id", "claim_id"]
-- parameters = ["claim_tolerance"]
-- valid_from = 2016-01-01
-- [da]
-- title = "Kravet er mindre end afregningen"
-- message = "Kravet {claim_id} for {period_start} til {period_end} lyder på {amount} kr.; afregningen giver {total_ore} kr."
-- explanation = "Afregningen regnes af aftalen og forløbene. Kravet ligger under den, ud over revisorens tolerance."
-- cure = "Se afregningens linjer, og overvej at kræve resten."
-- basis = "Aftalens afregning; revisorprofilens claim_tolerance"
-- [en]
-- title = "The claim is smaller than the settlement"
-- message = "The claim {claim_id} for {period_start} to {period_end} is for DKK {amount}; the settlement gives DKK {total_ore}."
-- explanation = "The settlement is computed from the agreement and the placements. The claim is below it, beyond the auditor's tolerance."
-- cure = "See the settlement's lines, and consider claiming the rest."
-- basis = "The agreement's settlement; the auditor profile's claim_tolerance"
SELECT
  agreement_id,
  claim_id,
  total_ore - claimed_ore AS amount_ore,
  'claims/amount/' || claim_id || chr(10) || 'claims/period_start/' || claim_id || chr(10) || 'claims/period_end/' || claim_id
    AS evidence,
  period_start,
  period_end,
  amount,
  total_ore
FROM claimed
WHERE total_ore - claimed_ore > tolerance_ore
