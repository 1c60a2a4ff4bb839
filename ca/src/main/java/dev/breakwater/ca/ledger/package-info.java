/**
 * What the certificate authority remembers, and the words it remembers it in.
 *
 * <p>{@link dev.breakwater.ca.ledger.IssuanceLedger} is the only thing the authority asks of a
 * database; the server implements it. The contract guarantees that a serial number is on disk
 * before anything is signed with it (invariant I5), that one public key never serves two subjects,
 * and that CRL numbers only grow. Values of the records here are well-formed or cannot be made.
 * Read {@link dev.breakwater.ca.ledger.IssuanceLedger} first.
 */
@NullMarked
package dev.breakwater.ca.ledger;

import org.jspecify.annotations.NullMarked;
