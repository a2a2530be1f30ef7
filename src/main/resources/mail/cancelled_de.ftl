Subject: Ihre Bestellung ${order_id} wurde <#if partial>geändert<#else>storniert</#if>

Guten Tag<#if name??> ${name}</#if>,

<#if partial>
von Ihrer Bestellung ${order_id} wurde dies storniert; der Rest bleibt bestellt:
<#elseif expired>
die Zahlung Ihrer Bestellung ${order_id} kam nicht rechtzeitig an, deshalb wurde sie storniert:
<#elseif rejected>
leider können wir Ihre Bestellung ${order_id} nicht annehmen. Sie wurde storniert:
<#else>
Ihre Bestellung ${order_id} wurde storniert:
</#if>

<#list items as item>
  ${item.quantity} × ${item.name}
</#list>
<#if refund??>

Sie bekommen ${refund} zurück.
</#if>
