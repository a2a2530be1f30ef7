Subject: Your order ${order_id} was <#if partial>changed<#else>cancelled</#if>

Hello<#if name??> ${name}</#if>,

<#if partial>
of your order ${order_id} this was cancelled; the rest stays ordered:
<#elseif expired>
we did not get the payment of your order ${order_id} in time, so it was cancelled:
<#elseif rejected>
we are sorry: we cannot accept your order ${order_id}. It was cancelled:
<#else>
your order ${order_id} was cancelled:
</#if>

<#list items as item>
  ${item.quantity} × ${item.name}
</#list>
<#if refund??>

You get ${refund} back.
</#if>
