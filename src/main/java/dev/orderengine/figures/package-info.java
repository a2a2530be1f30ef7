/** What operators watch and no request tells: how much waits for a person or a provider, and whether the stock's books agree. */
package dev.orderengine.figures;
