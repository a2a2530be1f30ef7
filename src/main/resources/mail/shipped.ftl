Subject: Your order ${order_id} is <#if digital>ready<#else>on its way</#if>

Hello<#if name??> ${name}</#if>,

<#if digital>this is ready for you<#else>this is on its way to you</#if>:

<#list items as item>
  ${item.quantity} × ${item.name}
</#list>
<#if tracking??>

Tracking number: ${tracking}
</#if>
