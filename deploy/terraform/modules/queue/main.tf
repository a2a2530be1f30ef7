# Standard queues, 14 days, encrypted, each with a dead-letter queue.
variable "name" { type = string }

locals {
  queues = toset(["order-events", "order-events-notifications", "fulfillment-warehouse", "fulfillment-store_pickup", "fulfillment-dropship", "fulfillment-digital", "fulfillment-updates"])
}

resource "aws_sqs_queue" "dead_letters" {
  for_each                  = local.queues
  name                      = "${var.name}-${each.key}-dlq"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue" "this" {
  for_each                   = local.queues
  name                       = "${var.name}-${each.key}"
  message_retention_seconds  = 1209600
  visibility_timeout_seconds = 60
  receive_wait_time_seconds  = 20
  sqs_managed_sse_enabled    = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters[each.key].arn
    maxReceiveCount     = 10
  })
}

output "arns" { value = concat([for queue in aws_sqs_queue.this : queue.arn], [for queue in aws_sqs_queue.dead_letters : queue.arn]) }
output "urls" { value = { for name, queue in aws_sqs_queue.this : name => queue.url } }
