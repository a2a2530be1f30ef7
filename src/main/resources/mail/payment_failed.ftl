Subject: The payment of your order ${order_id} failed

Hello<#if name??> ${name}</#if>,

the payment of ${total} for your order ${order_id} did not work. Nothing was charged.

We keep the goods for you for a while: please pay again, with the same or with another method.
