/**
 * A small PKI for tests, and forgeries named by their defect.
 *
 * <p>{@link dev.breakwater.testkit.pki.TestPki} issues certificates of the form Breakwater's own
 * authority issues; {@link dev.breakwater.testkit.pki.ForgedIdentities} makes each known kind of
 * certificate that must be refused, and {@link dev.breakwater.testkit.pki.TestRequests} certificate
 * requests, good and bad. Every method makes new keys unless given some. The forgeries are whole
 * and well-formed except for the one defect they are named after, so that a test that sees one
 * refused knows which guard did it. Read {@link dev.breakwater.testkit.pki.TestPki} first.
 */
@NullMarked
package dev.breakwater.testkit.pki;

import org.jspecify.annotations.NullMarked;
