-- id = "C04"
-- version = 1
-- name = "rate-differs"
-- severity = "error"
-- subject = ["agreement_id", "claim_id"]
-- parameters = ["hourly_rate"]
-- valid_from = 2016-01-01
-- [da]
-- title = "Kravets timesats er ikke aftalens"
-- message = "Kravet {claim_id} regner med {claimed_rate} kr. i timen; aftalen siger {agreed_rate} kr."
-- explanation = "Timesatsen står i partnerskabsaftalen og er den samme i alle krav."
-- cure = "Bed kommunen bruge aftalens sats, eller registrér en ny aftale, hvis satsen er ændret."
-- basis = "Partnerskabsaftalens felt hourly_rate"
-- [en]
-- title = "The claim's hourly rate is not the agreement's"
-- message = "The claim {claim_id} uses DKK {claimed_rate} an hour; the agreement says DKK {agreed_rate}."
-- explanation = "The hourly rate stands in the partnership agreement and is the same in every claim."
-- cure = "Ask the municipality to use the agreement's rate, or register a new agreement if the rate has changed."
-- basis = "The partnership agreement's field hourly_rate"
SELECT
  c.agreement_id,
  c.claim_id,
  ROUND(CAST(ABS(c.hourly_rate - a.hourly_rate) AS DECIMAL(38, 2)) * c.hours * 100) AS amount_ore,
  'claims/hourly_rate/' || c.claim_id || chr(10) || 'agreements/hourly_rate/' || a.agreement_id AS evidence,
  c.hourly_rate AS claimed_rate,
  a.hourly_rate AS agreed_rate
FROM claims AS c
INNER JOIN agreements AS a ON a.agreement_id = c.agreement_id
WHERE a.funding <> 'none' AND c.hourly_rate <> a.hourly_rate
