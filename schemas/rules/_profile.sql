-- name = "profile"
-- da = "Revisorens krav for hver aftale og hvert jobcenter, med reglernes standard, hvor profilen intet siger."
-- en = "The auditor's demands for each agreement and jobcentre, with the rules' default where the profile says nothing."
SELECT
  o.agreement_id,
  o.jobcentre,
  COALESCE(d.grants_required, FALSE) AS grants_required,
  COALESCE(d.final_report_days, 14) AS final_report_days,
  COALESCE(d.attendance_tolerance, CAST(0.50 AS DECIMAL(9, 2))) AS attendance_tolerance,
  COALESCE(d.claim_tolerance, CAST(0.00 AS DECIMAL(18, 2))) AS claim_tolerance,
  d.conversation_every_weeks,
  d.registration_days,
  COALESCE(d.attendance_daily, FALSE) AS attendance_daily,
  COALESCE(d.responsibilities_required, FALSE) AS responsibilities_required,
  COALESCE(d.both_sides, FALSE) AS both_sides,
  COALESCE(d.closed_period, FALSE) AS closed_period
FROM profile_of AS o
LEFT JOIN auditor_demand AS d ON d.profile = o.auditor_profile
