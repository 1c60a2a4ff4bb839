/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca;

import dev.breakwater.ca.ledger.CertificateSubject;
import dev.breakwater.ca.request.IssuanceAuthorization;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/** What sets one kind of end-entity certificate apart; all else is common to all. */
sealed interface LeafProfile {

    /** The only purpose of the certificate. */
    KeyPurposeId purpose();

    /** Every subject alternative name. */
    List<GeneralName> alternativeNames();

    /** How long it lives, if its issuer lives long enough. */
    Duration validity();

    /** The profile for what was authorized: it lives as long as both it and the policy allow. */
    static LeafProfile of(IssuanceAuthorization authorization, IssuancePolicy policy) {
        return switch (authorization.subject()) {
            case CertificateSubject.Device device ->
                    new DeviceProfile(device, shorter(authorization, policy.deviceValidity()));
            case CertificateSubject.Server server ->
                    new ServerProfile(server, shorter(authorization, policy.serverValidity()));
        };
    }

    private static Duration shorter(IssuanceAuthorization authorization, Duration policy) {
        return authorization.lifeMax().filter(life -> life.compareTo(policy) < 0).orElse(policy);
    }

    /** A TLS client that is one device. */
    record DeviceProfile(CertificateSubject.Device device, Duration validity)
            implements LeafProfile {
        @Override
        public KeyPurposeId purpose() {
            return KeyPurposeId.id_kp_clientAuth;
        }

        @Override
        public List<GeneralName> alternativeNames() {
            return List.of(
                    new GeneralName(GeneralName.uniformResourceIdentifier, device.id().urn()));
        }
    }

    /** A TLS server that is one of our listeners. */
    record ServerProfile(CertificateSubject.Server server, Duration validity)
            implements LeafProfile {
        @Override
        public KeyPurposeId purpose() {
            return KeyPurposeId.id_kp_serverAuth;
        }

        @Override
        public List<GeneralName> alternativeNames() {
            List<GeneralName> names = new ArrayList<>();
            for (String name : server.names().dnsNames()) {
                names.add(new GeneralName(GeneralName.dNSName, name));
            }
            for (InetAddress address : server.names().addresses()) {
                names.add(
                        new GeneralName(
                                GeneralName.iPAddress, new DEROctetString(address.getAddress())));
            }
            return names;
        }
    }
}
