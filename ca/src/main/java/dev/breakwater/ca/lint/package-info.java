/**
 * The last look at a certificate before the authority's key touches it.
 *
 * <p>{@link dev.breakwater.ca.lint.CertificateLint} takes the content that is about to be signed,
 * signs it with a throwaway key so that it can be read as the certificate it will be, and holds it
 * against every rule. Only content that broke none becomes {@link
 * dev.breakwater.ca.lint.LintedContent}, which is the only thing the authority signs. A finding is
 * an error, never a warning, and there is no switch. The rules repeat what the profiles do on
 * purpose: a profile with a mistake in it must not be its own judge. Read {@link
 * dev.breakwater.ca.lint.CertificateLint} first, then the three lists of rules.
 */
@NullMarked
package dev.breakwater.ca.lint;

import org.jspecify.annotations.NullMarked;
