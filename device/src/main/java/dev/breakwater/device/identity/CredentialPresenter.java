/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Presents one credential whatever issuers the server hints at: the device has no other, and the
 * server decides. Signs through the key's handle, so the key may live in hardware.
 */
final class CredentialPresenter extends X509ExtendedKeyManager {

    private static final String ALIAS = "device";

    private final X509Certificate certificate;
    private final DeviceKey key;

    CredentialPresenter(X509Certificate certificate, DeviceKey key) {
        this.certificate = certificate;
        this.key = key;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return choose(keyTypes);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return choose(keyTypes);
    }

    private static @Nullable String choose(String[] keyTypes) {
        for (String keyType : keyTypes) {
            if (keyType.startsWith("EC")) {
                return ALIAS;
            }
        }
        return null;
    }

    /**
     * The server knows the device by its own certificate and needs no other (RFC 8446 section 4.4.2
     * lets us leave out what the other side has): a third less to send in every full handshake.
     */
    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return new X509Certificate[] {certificate};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return key.privateKey();
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
