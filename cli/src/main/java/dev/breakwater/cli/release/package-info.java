/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * {@code breakwater release}: the people's half of a product's update repository.
 *
 * <p>It guarantees that root and release keys sign on this machine or in a token and never on the
 * server; that what is signed next follows from what was checked by the rules of TUF, beginning
 * with a root that this machine knows, so that a stolen server cannot have anything signed; that a
 * file is on disk before it is uploaded; and that nothing which is there is replaced. It refuses to
 * upload a file in which the scan finds secrets, unless told to. Read {@link
 * dev.breakwater.cli.release.ReleaseCommand} first, then {@link
 * dev.breakwater.cli.release.ProductRepository}.
 */
@NullMarked
package dev.breakwater.cli.release;

import org.jspecify.annotations.NullMarked;
