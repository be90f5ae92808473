-- id = "C06"
-- version = 1
-- name = "claimed-twice"
-- severity = "error"
-- subject = ["agreement_id", "claim_id", "other_claim_id"]
-- parameters = []
-- valid_from = 2016-01-01
-- [da]
-- title = "To krav for de samme dage"
-- message = "Kravene {claim_id} ({period_start} til {period_end}) og {other_claim_id} ({other_start} til {other_end}) dækker begge {shared_from} til {shared_to}."
-- explanation = "To krav fra samme aftale og jobcenter må ikke have en dag til fælles: den ville blive betalt to gange."
-- cure = "Bed kommunen trække det ene krav tilbage eller rette perioderne."
-- basis = "Aftalens afregning (regelkataloget, C06)"
-- [en]
-- title = "Two claims for the same days"
-- message = "The claims {claim_id} ({period_start} to {period_end}) and {other_claim_id} ({other_start} to {other_end}) both cover {shared_from} to {shared_to}."
-- explanation = "Two claims of one agreement and jobcentre may not share a day: it would be paid twice."
-- cure = "Ask the municipality to withdraw one of the claims or to correct the periods."
-- basis = "The agreement's settlement (rule catalogue, C06)"
SELECT
  c.agreement_id,
  c.claim_id,
  o.claim_id AS other_claim_id,
  CAST(CAST(CASE WHEN c.amount < o.amount OR o.amount IS NULL THEN c.amount ELSE o.amount END AS DECIMAL(38, 2)) * 100 AS BIGINT) AS amount_ore,
  'claims/period_start/' || c.claim_id || chr(10) || 'claims/period_end/' || c.claim_id || chr(10)
    || 'claims/period_start/' || o.claim_id || chr(10) || 'claims/period_end/' || o.claim_id AS evidence,
  c.period_start,
  c.period_end,
  o.period_start AS other_start,
  o.period_end AS other_end,
  CASE WHEN c.period_start > o.period_start THEN c.period_start ELSE o.period_start END AS shared_from,
  CASE WHEN c.period_end < o.period_end THEN c.period_end ELSE o.period_end END AS shared_to
FROM claims AS c
INNER JOIN claims AS o ON o.agreement_id = c.agreement_id AND o.jobcentre = c.jobcentre
INNER JOIN agreements AS a ON a.agreement_id = c.agreement_id
WHERE
  a.funding <> 'none'
  AND c.claim_id < o.claim_id
  AND c.period_start <= o.period_end
  AND o.period_start <= c.period_end
  AND c.period_start <= c.period_end
  AND o.period_start <= o.period_end
