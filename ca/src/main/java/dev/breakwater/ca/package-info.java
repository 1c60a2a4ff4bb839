/**
 * The certificate authority: the only code that may touch its private keys.
 *
 * <p>Guarantees: nothing is signed that was not validated, reserved in the ledger and linted first
 * (invariant I5), by the one method {@link dev.breakwater.ca.CertificateAuthority#issue}; a kill at
 * any moment of the first start leaves something the next start completes. Refuses keys that do not
 * fit their certificates, and clocks outside the authority's life. It knows devices, but no
 * organizations and no database: the server implements {@link
 * dev.breakwater.ca.ledger.IssuanceLedger}. Bouncy Castle's types stay inside; callers see those of
 * the JDK. Read {@link dev.breakwater.ca.CertificateAuthority} first.
 */
@NullMarked
package dev.breakwater.ca;

import org.jspecify.annotations.NullMarked;
