/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.ca.status.StatusUnavailable;
import dev.breakwater.protocol.message.SignedTime;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.http.Guards;
import dev.breakwater.server.http.Peer;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.tls.TlsIdentity;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a device that doubts its clock what time it is. It cannot judge the dates of a TLS
 * certificate yet, so the answer carries its own proof: see {@link SignedTime}. Anybody may ask,
 * for a signature of the issuing key, which is why the questions of one source are counted.
 */
final class TimeDesk {

    private static final Logger LOG = LoggerFactory.getLogger(TimeDesk.class);
    private static final String NONCE = "nonce";

    private final Refusals refusals;
    private final UnprovenQuestions questions;
    private final TimeProof proof;
    private volatile TlsIdentity identity;

    TimeDesk(TlsIdentity identity, Guards guards, UnprovenQuestions questions, TimeProof proof) {
        this.identity = identity;
        this.questions = questions;
        this.refusals = guards.refusals();
        this.proof = proof;
    }

    /** Has another certificate vouched for from now on. */
    void identify(TlsIdentity fresh) {
        identity = fresh;
    }

    EstAnswer answer(Request request) {
        if (!HttpMethod.GET.is(request.getMethod())) {
            return EstAnswer.wrongMethod(HttpMethod.GET);
        }
        if (questions.areTooManyWith(request)) {
            return refuse(request, RefusalReason.TOO_MANY_REQUESTS);
        }
        Optional<String> nonce = nonce(request);
        if (nonce.isEmpty()) {
            return refuse(request, RefusalReason.TIME_NONCE_REFUSED);
        }
        try {
            return EstAnswer.json(signed(nonce.get()).toJson());
        } catch (StatusUnavailable | CertificateEncodingException failed) {
            LOG.error("the time cannot be signed", failed);
            return refuse(request, RefusalReason.ISSUANCE_FAILED);
        }
    }

    private static Optional<String> nonce(Request request) {
        try {
            Fields asked = Request.extractQueryParameters(request);
            return Optional.ofNullable(asked.getValue(NONCE)).filter(SignedTime::isNonce);
        } catch (RuntimeException unreadable) {
            return Optional.empty();
        }
    }

    private SignedTime signed(String nonce) throws StatusUnavailable, CertificateEncodingException {
        TlsIdentity with = identity;
        List<byte[]> chain = new ArrayList<>();
        for (X509Certificate certificate : with.chain()) {
            chain.add(certificate.getEncoded());
        }
        return SignedTime.of(
                proof.vouch(with.chain().getFirst(), SignedTime.nonceBytes(nonce)), chain);
    }

    private EstAnswer refuse(Request request, RefusalReason reason) {
        refusals.record(
                new Refusal(
                        reason,
                        "est",
                        Optional.empty(),
                        new Actor.Unproven(Peer.address(request)),
                        Map.of("source", Peer.address(request))));
        return EstAnswer.refused(reason);
    }
}
