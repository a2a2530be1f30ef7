# US dollars a month, with an alarm at 80 %, and AWS's detection of anomalies.
variable "name" { type = string }
variable "alert_email" { type = string }

locals {
  budgets = {
    total    = { limit = 1500, services = [] }
    compute  = { limit = 500, services = ["Amazon Elastic Compute Cloud - Compute", "Amazon Elastic Container Service for Kubernetes"] }
    storage  = { limit = 200, services = ["Amazon Simple Storage Service"] }
    network  = { limit = 150, services = ["Amazon CloudFront", "Amazon Virtual Private Cloud"] }
    database = { limit = 300, services = ["Amazon Relational Database Service"] }
  }
}

resource "aws_budgets_budget" "this" {
  for_each     = local.budgets
  name         = "${var.name}-${each.key}"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_unit   = "USD"
  limit_amount = tostring(each.value.limit)
  dynamic "cost_filter" {
    for_each = length(each.value.services) > 0 ? [each.value.services] : []
    content {
      name   = "Service"
      values = cost_filter.value
    }
  }
  notification {
    comparison_operator        = "GREATER_THAN"
    threshold                  = 80
    threshold_type             = "PERCENTAGE"
    notification_type          = "ACTUAL"
    subscriber_email_addresses = [var.alert_email]
  }
}

resource "aws_ce_anomaly_monitor" "this" {
  name              = var.name
  monitor_type      = "DIMENSIONAL"
  monitor_dimension = "SERVICE"
}

resource "aws_ce_anomaly_subscription" "this" {
  name             = var.name
  frequency        = "DAILY"
  monitor_arn_list = [aws_ce_anomaly_monitor.this.arn]
  subscriber {
    type    = "EMAIL"
    address = var.alert_email
  }
  threshold_expression {
    dimension {
      key           = "ANOMALY_TOTAL_IMPACT_ABSOLUTE"
      match_options = ["GREATER_THAN_OR_EQUAL"]
      values        = ["50"]
    }
  }
}

output "limits" { value = { for name, budget in aws_budgets_budget.this : name => tonumber(budget.limit_amount) } }
