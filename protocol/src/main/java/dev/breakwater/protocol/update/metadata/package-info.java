/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The four kinds of file of The Update Framework (TUF 1.0, specification 1.0.34): root, timestamp,
 * snapshot and targets, with delegations; their canonical form, keys and signatures.
 *
 * <p>Guarantees: what was read was one JSON object in UTF-8 within its limit, with each member once
 * and whole numbers only; a signature counts if it is by a listed key over the canonical form of
 * exactly what was written, members nobody knows included, and one key counts once under however
 * many ids. Refuses everything else with {@link
 * dev.breakwater.protocol.update.metadata.MalformedMetadata} or {@link
 * dev.breakwater.protocol.update.metadata.WrongSignatures}.
 *
 * <p>Does not judge freshness or order of versions: that is {@code update.trust}. Read {@link
 * dev.breakwater.protocol.update.metadata.SignedFile} first.
 */
@NullMarked
package dev.breakwater.protocol.update.metadata;

import org.jspecify.annotations.NullMarked;
