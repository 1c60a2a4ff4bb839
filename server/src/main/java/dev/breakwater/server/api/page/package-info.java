/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What the server shows to people in a browser: the document as a reference that can be searched,
 * the meaning of each problem type, what owners should know of a product, and whether to buy a
 * device.
 *
 * <p>It guarantees that a page is made here and nowhere else, by a writer that escapes every text
 * it is given; that a page loads nothing but this server's own style and script; and that the
 * policy it is sent with (Content Security Policy) makes a browser refuse everything else, so that
 * even a text that slipped through could not run.
 *
 * <p>Read {@link dev.breakwater.server.api.page.ReferencePage} first, and for owners {@link
 * dev.breakwater.server.api.page.OwnersPage}.
 */
@NullMarked
package dev.breakwater.server.api.page;

import org.jspecify.annotations.NullMarked;
