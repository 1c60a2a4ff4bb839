/**
 * The {@code product} command: kinds of device.
 *
 * <p>It guarantees that it names a product by its id or its name. What may be done is the server's
 * decision; this is a layer over its API and judges nothing itself. Read {@link
 * dev.breakwater.cli.product.ProductCommand} first.
 */
@NullMarked
package dev.breakwater.cli.product;

import org.jspecify.annotations.NullMarked;
