/**
 * Telling third parties which certificates are no longer good: CRL and OCSP.
 *
 * <p>Breakwater itself asks its registry and needs neither; these are exports for load balancers,
 * gateways and auditors, and devices that doubt their clock. Guarantees: CRL numbers only grow, an
 * answer is always as fresh as the ledger at that moment, and no request however malformed costs
 * more than one signature. Requests beyond the size limits are refused. Read {@link
 * dev.breakwater.ca.status.OcspResponder} first.
 */
@NullMarked
package dev.breakwater.ca.status;

import org.jspecify.annotations.NullMarked;
