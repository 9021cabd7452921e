/*
 * Everything is in the order of the machine that writes, which the section
 * header shows; every block is padded to 32 bits and has its length at both
 * ends.
 */
#include <string.h>

#include "clock.h"
#include "port/pcapng.h"

#define BLOCK_SECTION	0x0a0d0d0au
#define BLOCK_INTERFACE 1u
#define BLOCK_PACKET	6u
#define SECTION_ORDER	0x1a2b3c4du
#define OPTION_END	0
#define IF_NAME		2
#define IF_TSRESOL	9
#define EPB_FLAGS	2
#define INBOUND		1u
#define OUTBOUND	2u

static uint8_t *
put_bytes(uint8_t *out, const void *data, size_t len)
{
	static const uint8_t zero[4];

	if (len > 0)
		memcpy(out, data, len);
	out += len;
	len = -len % 4;
	memcpy(out, zero, len);
	return out + len;
}

static uint8_t *
put_word(uint8_t *out, uint32_t word)
{
	return put_bytes(out, &word, sizeof(word));
}

static uint8_t *
put_option(uint8_t *out, uint16_t code, const void *data, size_t len)
{
	const uint16_t head[2] = { code, (uint16_t)len };

	return put_bytes(put_bytes(out, head, sizeof(head)), data, len);
}

static uint8_t *
block_begin(uint8_t *out, uint32_t type)
{
	return put_word(put_word(out, type), 0);
}

static uint8_t *
block_end(uint8_t *block, uint8_t *out)
{
	uint32_t len = (uint32_t)(out - block) + 4;

	put_word(block + 4, len);
	return put_word(out, len);
}

static uint8_t *
put_section(uint8_t *block)
{
	const uint16_t version[2] = { 1, 0 };
	uint8_t *out = block_begin(block, BLOCK_SECTION);

	out = put_word(out, SECTION_ORDER);
	out = put_bytes(out, version, sizeof(version));
	out = put_word(out, UINT32_MAX); /* its length is not known */
	out = put_word(out, UINT32_MAX);
	return block_end(block, out);
}

static uint8_t *
put_interface(uint8_t *block, int linktype, const char *title)
{
	const uint16_t link[2] = { (uint16_t)linktype, 0 };
	const uint8_t nanoseconds = 9;
	uint8_t *out = block_begin(block, BLOCK_INTERFACE);

	out = put_bytes(out, link, sizeof(link));
	out = put_word(out, 0); /* frames are whole */
	if (title[0] != '\0')
		out = put_option(out, IF_NAME, title, strlen(title));
	out = put_option(out, IF_TSRESOL, &nanoseconds, 1);
	out = put_option(out, OPTION_END, NULL, 0);
	return block_end(block, out);
}

size_t
pcapng_head(uint8_t *out, int linktype, const char *title)
{
	return (size_t)(put_interface(put_section(out), linktype, title) - out);
}

size_t
pcapng_frame(uint8_t *block, const struct frame *f)
{
	uint64_t when = f->when_ns != 0 ? f->when_ns : clock_wall_ns();
	/* who does not know the time (0.3) does not know the direction */
	uint32_t flags = f->when_ns == 0 ? 0 : f->outbound ? OUTBOUND : INBOUND;
	uint8_t *out = block_begin(block, BLOCK_PACKET);

	out = put_word(out, 0); /* the interface */
	out = put_word(out, (uint32_t)(when >> 32));
	out = put_word(out, (uint32_t)when);
	out = put_word(out, f->len);
	out = put_word(out, f->len);
	out = put_bytes(out, f->data, f->len);
	out = put_option(out, EPB_FLAGS, &flags, sizeof(flags));
	out = put_option(out, OPTION_END, NULL, 0);
	return (size_t)(block_end(block, out) - block);
}
