/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The {@code product} commands: kinds of device.
 *
 * <p>They guarantee that a product can be named by its id or by its name. What may be done is the
 * server's decision: this is a layer over its API and refuses only what cannot be put into a
 * request. Read {@link dev.breakwater.cli.product.ProductCommand} first.
 */
@NullMarked
package dev.breakwater.cli.product;

import org.jspecify.annotations.NullMarked;
