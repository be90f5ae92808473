-- id = "C05"
-- version = 1
-- name = "claim-without-funding"
-- severity = "error"
-- subject = ["agreement_id", "claim_id"]
-- parameters = ["funding"]
-- valid_from = 2016-01-01
-- [da]
-- title = "Krav i en aftale uden penge"
-- message = "Kravet {claim_id} lyder på {amount} kr., men aftalen {agreement_id} giver ingen betaling."
-- explanation = "I denne aftale bærer jobcenteret selv udgiften til mentorerne; der er intet at kræve."
-- cure = "Bed kommunen trække kravet tilbage, eller ret aftalens betalingsform."
-- basis = "Partnerskabsaftalens felt funding"
-- [en]
-- title = "A claim under an agreement without money"
-- message = "The claim {claim_id} is for DKK {amount}, but the agreement {agreement_id} pays nothing."
-- explanation = "Under this agreement the jobcentre itself bears the cost of the mentors; there is nothing to claim."
-- cure = "Ask the municipality to withdraw the claim, or correct the agreement's funding."
-- basis = "The partnership agreement's field funding"
SELECT
  c.agreement_id,
  c.claim_id,
  CAST(CAST(c.amount AS DECIMAL(38, 2)) * 100 AS BIGINT) AS amount_ore,
  'claims/amount/' || c.claim_id || chr(10) || 'agreements/funding/' || a.agreement_id AS evidence,
  c.amount
FROM claims AS c
INNER JOIN agreements AS a ON a.agreement_id = c.agreement_id
WHERE a.funding = 'none' AND c.amount <> 0
