-- name = "claimed"
-- da = "Kravene ved siden af afregningens sum for aftalen, jobcenteret og perioden; krav uden mulig afregning og aftaler uden penge er udeladt."
-- en = "The claims beside the settlement total of their agreement, jobcentre and period; claims whose settlement cannot be made, and agreements without money, are left out."
WITH total AS (
  SELECT
    agreement_id, jobcentre, period_start, period_end,
    SUM(amount_ore) AS total_ore,
    COUNT(missing) AS missing
  FROM settlement
  GROUP BY agreement_id, jobcentre, period_start, period_end
)
SELECT
  c.claim_id,
  c.agreement_id,
  c.jobcentre,
  c.period_start,
  c.period_end,
  c.amount,
  CAST(CAST(c.amount AS DECIMAL(38, 2)) * 100 AS BIGINT) AS claimed_ore,
  CAST(COALESCE(t.total_ore, 0) AS DECIMAL(38, 0)) AS total_ore,
  CAST(CAST(f.claim_tolerance AS DECIMAL(38, 2)) * 100 AS BIGINT) AS tolerance_ore
FROM claims AS c
INNER JOIN agreements AS a ON a.agreement_id = c.agreement_id
INNER JOIN profile AS f ON f.agreement_id = c.agreement_id AND f.jobcentre = c.jobcentre
LEFT JOIN total AS t
  ON t.agreement_id = c.agreement_id
  AND t.jobcentre = c.jobcentre
  AND t.period_start = c.period_start
  AND t.period_end = c.period_end
WHERE
  a.funding <> 'none'
  AND c.period_start IS NOT NULL
  AND c.period_end IS NOT NULL
  AND COALESCE(t.missing, 0) = 0
