/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Set-up tickets: what the app of a member fetches and hands to a device, and by which the device
 * enrolls as theirs. To both of them a ticket is opaque: a signed JWT inside an encrypted one (RFC
 * 7519 section 11.2: sign first), and only this server has either key.
 *
 * <p>Guarantees that a ticket is granted only for a device whose label a maker has entered and that
 * belongs to nobody else, that it is good for one device, ten minutes at most, and for one
 * certificate. Refuses everything about a ticket that this server does not write itself: other
 * algorithms, further header parameters, another spelling of the same bytes. Whether a device may
 * use one, {@code enrollment} decides. Read {@link dev.breakwater.server.ticket.SetupTickets}
 * first, then {@link dev.breakwater.server.ticket.TicketSeal}.
 */
@NullMarked
package dev.breakwater.server.ticket;

import org.jspecify.annotations.NullMarked;
