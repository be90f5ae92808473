-- id = "C01"
-- version = 1
-- name = "arithmetic"
-- severity = "error"
-- subject = ["agreement_id", "claim_id"]
-- parameters = []
-- valid_from = 2016-01-01
-- [da]
-- title = "Kravets regnestykke passer ikke"
-- message = "Kravet lyder på {amount} kr., men {hours} timer á {hourly_rate} kr. er {computed_ore} kr."
-- explanation = "Beløbet skal være timer gange timesats, afrundet til hele øre."
-- cure = "Bed kommunen rette timer, sats eller beløb, så de passer sammen; reglen læser det indberettede."
-- basis = "Aftalens afregning (regelkataloget, C01)"
-- [en]
-- title = "The claim's arithmetic does not add up"
-- message = "The claim is for DKK {amount}, but {hours} hours at DKK {hourly_rate} are DKK {computed_ore}."
-- explanation = "The amount must be hours times hourly rate, rounded half up to the øre."
-- cure = "Ask the municipality to correct hours, rate or amount so that they agree; the rule reads what was reported."
-- basis = "The agreement's settlement (rule catalogue, C01)"
WITH computed AS (
  SELECT
    c.claim_id,
    c.agreement_id,
    c.hours,
    c.hourly_rate,
    c.amount,
    CAST(CAST(c.amount AS DECIMAL(38, 2)) * 100 AS BIGINT) AS amount_ore,
    ROUND(CAST(c.hours AS DECIMAL(38, 2)) * c.hourly_rate * 100) AS computed_ore
  FROM as_reported.claims AS c
  INNER JOIN agreements AS a ON a.agreement_id = c.agreement_id
  WHERE a.funding <> 'none'
)
SELECT
  agreement_id,
  claim_id,
  ABS(amount_ore - computed_ore) AS amount_ore,
  'claims/amount/' || claim_id || chr(10) || 'claims/hours/' || claim_id || chr(10) || 'claims/hourly_rate/' || claim_id
    AS evidence,
  amount,
  hours,
  hourly_rate,
  computed_ore
FROM computed
WHERE amount_ore <> computed_ore
