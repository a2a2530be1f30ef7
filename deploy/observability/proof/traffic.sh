#!/usr/bin/env bash
# Lives an ordinary day of a small shop against a development engine, again and again until it is killed: orders in several
# currencies, declined cards, reviews, carts, parcels, returns, refunds, reads and mistakes. Answers do not matter here.
#
#   deploy/observability/proof/traffic.sh http://localhost:8080 [where /dev/token is, if elsewhere]
set -uo pipefail
base=$1
api=$base/api/v1
token=$(curl -s "${2:-$base}/dev/token?role=admin")

uuid() { cat /proc/sys/kernel/random/uuid; }
field() { grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }
call() { # method, path, body
  curl -s -m 5 -X "$1" "$api$2" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -H "Idempotency-Key: $(uuid)" \
    -H "traceparent: 00-$(uuid | tr -d -)-00000000000000ab-01" ${3:+-d "$3"}
}
order() { # currency, payment method, payment token, product, quantity, more
  call POST /orders "{\"customer_id\": \"c-$((RANDOM % 2000))\", \"items\": [{\"product_id\": \"$4\", \"quantity\": $5}],
    \"currency\": \"$1\", \"payment_method\": \"$2\", \"payment_token\": \"$3\"${6:-}}" | field order_id
}

while true; do
  product=sku-00$((10 + RANDOM % 80))
  cart=/carts/$(uuid)
  call PUT "$cart" "{\"customer_id\": \"c-1\", \"items\": [{\"product_id\": \"$product\", \"quantity\": 1}]}"
  call GET "$cart"
  call POST "$cart/checkout" '{"payment_method": "credit_card", "payment_token": "tok_visa"}'
  bought=$(order USD credit_card tok_visa "$product" 2 ', "fulfillment_channel": "warehouse"')
  refunded=$(order EUR stripe tok_visa "$product" 1)
  cancelled=$(order USD credit_card tok_visa "$product" 1)
  order USD credit_card tok_declined "$product" 1
  review=$(order USD credit_card tok_visa sku-0001 1000)
  order USD paypal tok_visa "$product" 80
  call POST /orders/validate '{"customer_id": "c-1", "items": []}'
  call POST /orders "{\"customer_id\": \"c-1\", \"items\": [{\"product_id\": \"$product\", \"quantity\": 0}]}"
  call GET "/orders/$bought"
  call GET "/orders/$bought/status"
  call GET "/orders/$bought/events"
  call GET '/orders?limit=5'
  call GET "/products/$product"
  call GET "/inventory/$product"
  call GET "/orders/$(uuid)"
  call POST "/orders/$review/review" '{"decision": "reject", "note": "proof"}'
  call POST "/orders/$cancelled/cancel" '{"reason": "proof"}'
  parcel=$(call POST "/orders/$bought/fulfill" '{}' | field fulfillment_id)
  call PATCH "/fulfillments/$parcel" '{"status": "shipped", "tracking": "TRACK-1"}'
  call PATCH "/fulfillments/$parcel" '{"status": "delivered"}'
  return=$(call POST "/orders/$bought/returns" "{\"items\": [{\"product_id\": \"$product\", \"quantity\": 1}], \"reason\": \"proof\"}" | field return_id)
  call POST "/orders/$bought/returns/$return/receive" '{}'
  call POST "/orders/$refunded/refunds" '{"amount": "1.00", "reason": "proof"}'
done >/dev/null
