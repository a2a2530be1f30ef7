variable "environment" {
  description = "development, staging or production"
  type        = string
  validation {
    condition     = contains(["development", "staging", "production"], var.environment)
    error_message = "environment is development, staging or production."
  }
}

variable "zones" {
  description = "availability zones, one private and one public subnet in each"
  type        = list(string)
  default     = ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"]
}

variable "replicas" {
  description = "nodes of the cluster at rest; it grows to 10"
  type        = number
}

variable "domain" {
  description = "name that clients use"
  type        = string
}

variable "origin_domain" {
  description = "name of the load balancer in front of the cluster"
  type        = string
}

variable "alert_email" {
  description = "who hears of budgets and anomalies"
  type        = string
}

variable "oidc_repository" {
  description = "GitHub repository, owner/name, whose workflows may deploy"
  type        = string
}
