Subject: Die Zahlung Ihrer Bestellung ${order_id} ist fehlgeschlagen

Guten Tag<#if name??> ${name}</#if>,

die Zahlung von ${total} für Ihre Bestellung ${order_id} hat nicht geklappt. Es wurde nichts abgebucht.

Wir halten die Ware eine Weile für Sie zurück: Bitte zahlen Sie noch einmal, auf demselben oder einem anderen Weg.
