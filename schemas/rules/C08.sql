-- id = "C08"
-- version = 1
-- name = "place-without-mentor"
-- severity = "warning"
-- subject = ["agreement_id", "claim_id", "placement_id"]
-- parameters = ["funding"]
-- valid_from = 2016-01-01
-- [da]
-- title = "Betalt plads uden en eneste mentortime"
-- message = "Forløbet {placement_id} koster {line_ore} kr. for {days} dage i kravet {claim_id}, men ingen side har en mentortime på det i perioden."
-- explanation = "En besat plads betales for mentorens timer. Har pladsen mindst ti afregningsdage, og har ingen side timer, er betalingen uden ydelse."
-- cure = "Spørg begge sider efter timerne, eller bed kommunen tage pladsen ud af kravet."
-- basis = "Dokumentation af leverede mentortimer; avisen.dk/afsloeret_518155.aspx om betalte timer, som borgeren aldrig så"
-- [en]
-- title = "A paid place without a single mentor hour"
-- message = "The placement {placement_id} costs DKK {line_ore} for {days} days in the claim {claim_id}, but no side has a mentor hour on it in the period."
-- explanation = "An occupied place is paid for the mentor's hours. Where it has at least ten settlement days and no side has hours, the payment buys nothing."
-- cure = "Ask both sides for the hours, or ask the municipality to take the place out of the claim."
-- basis = "Documenting delivered mentor hours; avisen.dk/afsloeret_518155.aspx on paid hours that the trainee never saw"
WITH line AS (
  SELECT c.agreement_id, c.claim_id, c.period_start, c.period_end, s.placement_id, s.days, s.amount_ore
  FROM claims AS c
  INNER JOIN settlement AS s
    ON s.agreement_id = c.agreement_id
    AND s.jobcentre = c.jobcentre
    AND s.period_start = c.period_start
    AND s.period_end = c.period_end
  WHERE s.funding = 'per-occupied-place' AND s.days >= 10
),
served AS (
  SELECT DISTINCT n.claim_id, n.placement_id
  FROM line AS n
  INNER JOIN hours AS h
    ON h.placement_id = n.placement_id AND h.date >= n.period_start AND h.date <= n.period_end
  WHERE h.inside
)
SELECT
  n.agreement_id,
  n.claim_id,
  n.placement_id,
  n.amount_ore,
  'claims/amount/' || n.claim_id || chr(10) || 'claims/period_start/' || n.claim_id || chr(10)
    || 'claims/period_end/' || n.claim_id || chr(10) || 'placements/start/' || n.placement_id AS evidence,
  n.days,
  n.amount_ore AS line_ore
FROM line AS n
LEFT JOIN served AS s ON s.claim_id = n.claim_id AND s.placement_id = n.placement_id
WHERE s.claim_id IS NULL
