/**
 * Certificate requests: reading them, judging them, and the proof that they were judged.
 *
 * <p>{@link dev.breakwater.ca.request.CertificateRequest#parse} takes untrusted bytes and refuses
 * all that is not one small PKCS#10 request in DER. {@link
 * dev.breakwater.ca.request.RequestValidation} runs every validator, in an order that can be read
 * in one list, and is the only thing that can make an {@link
 * dev.breakwater.ca.request.IssuanceAuthorization}; without one nothing can be issued, so that a
 * forgotten check does not compile. Refusals carry a reason for programs and a sentence for the
 * operator. Read {@link dev.breakwater.ca.request.RequestValidation} first.
 */
@NullMarked
package dev.breakwater.ca.request;

import org.jspecify.annotations.NullMarked;
