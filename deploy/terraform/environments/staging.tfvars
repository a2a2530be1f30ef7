environment     = "staging"
replicas        = 2
domain          = "staging.orders.example.com"
origin_domain   = "origin.staging.orders.example.com"
alert_email     = "orders-operations@example.com"
oidc_repository = "example/order-engine"
