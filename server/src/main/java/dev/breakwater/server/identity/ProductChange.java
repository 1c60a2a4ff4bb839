/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

/** What became of the wish to change a product. */
public sealed interface ProductChange {

    /** It is as wished. */
    record Changed(Product product) implements ProductChange {}

    /** The organization has no such product. */
    record NoSuchProduct() implements ProductChange {}

    /** Somebody else changed it first. */
    record VersionMismatch(Product current) implements ProductChange {}
}
