/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Commands {@code member} and {@code invitation}: the people of an organization, and how they come
 * in.
 *
 * <p>They guarantee that the code of an invitation is printed once, and that a role is changed only
 * if nobody else has changed it meanwhile. They refuse nothing that the server would not: who may
 * do what is its decision. Read {@link dev.breakwater.cli.member.MemberCommand} first.
 */
@NullMarked
package dev.breakwater.cli.member;

import org.jspecify.annotations.NullMarked;
