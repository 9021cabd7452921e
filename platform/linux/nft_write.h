/* SPDX-License-Identifier: ISC */
/*
 * Writes transactions: messages of nfnetlink, and attributes one after the
 * other or inside each other.
 */
#ifndef NFT_WRITE_LINUX_H
#define NFT_WRITE_LINUX_H

#include "nft.h"

/*
 * Begins a message of this type, with NLM_F_* flags, up to nft_message_end().
 * res: the subsystem, in the messages that begin and end a batch; 0 in others.
 */
void nft_message(struct nft *, uint16_t type, uint16_t flags, uint16_t res);
void nft_message_end(struct nft *);
/* Begins a message NFT_MSG_NEW...: its object must not exist yet. */
void nft_new(struct nft *, uint16_t what);

/* Add an attribute; put32: in network byte order. */
void nft_put(struct nft *, uint16_t type, const void *data, size_t len);
void nft_put32(struct nft *, uint16_t type, uint32_t value);
void nft_put_text(struct nft *, uint16_t type, const char *text);
/* Begins an attribute of attributes; pass the result to nft_nest_end(). */
size_t nft_nest(struct nft *, uint16_t type);
void nft_nest_end(struct nft *, size_t at);

#endif
