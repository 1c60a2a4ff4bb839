/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import java.nio.file.Path;

/**
 * Where an operator keeps a certificate that others trust, and its key.
 *
 * @param certificate the server's own certificate in PEM and, behind it, those that lead to the
 *     root
 * @param key its private key, PKCS#8 in PEM, readable by its owner alone
 */
public record CertificateFiles(Path certificate, Path key) {}
