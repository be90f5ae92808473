-- name = "rule_set"
-- da = "Regelsættets egne grænser, i timer."
-- en = "The rule set's own limits, in hours."
SELECT CAST(12 AS DECIMAL(9, 2)) AS mentor_day_limit, CAST(37 AS DECIMAL(9, 2)) AS mentor_week_limit
