/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * People: the members of an organization, how they come in, how they prove who they are, and the
 * sessions they have.
 *
 * <p>Guarantees: a password is checked once and a session is the answer to it; a session lives by a
 * refresh token that works once, and whoever shows one a second time ends it; an access token is
 * signed, lives ten minutes at most, and is good only while its session, its member and the
 * organization are; what is proven anew replaces both; whoever forgot the password comes back by a
 * code that somebody else vouches for, and past no second factor. Passwords lie as Argon2id,
 * everything else that is secret as SHA-256.
 *
 * <p>Refuses: weak and common passwords, guessing, telling whether somebody is a member, and roles
 * that the giver does not have.
 *
 * <p>Read {@link dev.breakwater.server.member.LogIn} first.
 */
@NullMarked
package dev.breakwater.server.member;

import org.jspecify.annotations.NullMarked;
