#pragma once
/* RocksDB, loaded when a store is first opened: with libraries of its own it takes longer to load
 * than a receipt takes to verify, which needs no store.
 *
 * Its functions keep their names. Nothing of them may be called before zkl_rocksdb_load has
 * succeeded. */
#include <rocksdb/c.h>

#include "base/bytes.h"

#ifdef ZKL_ROCKSDB_LIBRARY
/* What is called of it. */
/* clang-format off */
#define ZKL_ROCKSDB_FUNCTIONS(f) \
    f(block_based_options_create) f(block_based_options_destroy) \
    f(block_based_options_set_block_cache) f(cache_create_lru) f(cache_destroy) f(close) \
    f(create_iterator) f(free) f(get_pinned) f(iter_destroy) f(iter_get_error) f(iter_key) \
    f(iter_next) f(iter_seek) f(iter_seek_to_first) f(iter_valid) f(iter_value) \
    f(livefiles) f(livefiles_count) f(livefiles_destroy) f(livefiles_name) f(open) \
    f(open_as_secondary) f(options_create) f(options_destroy) f(options_enable_statistics) \
    f(options_set_block_based_table_factory) f(options_set_compression) \
    f(options_set_create_if_missing) f(options_set_info_log_level) \
    f(options_set_keep_log_file_num) f(options_set_max_file_opening_threads) \
    f(options_set_max_open_files) f(options_set_paranoid_checks) \
    f(options_set_wal_recovery_mode) f(options_set_write_buffer_size) \
    f(options_statistics_get_string) f(pinnableslice_destroy) f(pinnableslice_value) \
    f(property_int) f(readoptions_create) f(readoptions_destroy) \
    f(readoptions_set_iterate_upper_bound) f(try_catch_up_with_primary) f(write) \
    f(writebatch_create) f(writebatch_delete) f(writebatch_destroy) f(writebatch_put) \
    f(writeoptions_create) f(writeoptions_destroy) f(writeoptions_set_sync)
/* clang-format on */

typedef struct zkl_rocksdb_functions {
#define ZKL_ROCKSDB_MEMBER(name) __typeof__(&rocksdb_##name) name;
    ZKL_ROCKSDB_FUNCTIONS(ZKL_ROCKSDB_MEMBER)
#undef ZKL_ROCKSDB_MEMBER
} zkl_rocksdb_functions;
extern zkl_rocksdb_functions zkl_rocksdb;

#define rocksdb_block_based_options_create zkl_rocksdb.block_based_options_create
#define rocksdb_block_based_options_destroy zkl_rocksdb.block_based_options_destroy
#define rocksdb_block_based_options_set_block_cache zkl_rocksdb.block_based_options_set_block_cache
#define rocksdb_cache_create_lru zkl_rocksdb.cache_create_lru
#define rocksdb_cache_destroy zkl_rocksdb.cache_destroy
#define rocksdb_close zkl_rocksdb.close
#define rocksdb_create_iterator zkl_rocksdb.create_iterator
#define rocksdb_free zkl_rocksdb.free
#define rocksdb_get_pinned zkl_rocksdb.get_pinned
#define rocksdb_iter_destroy zkl_rocksdb.iter_destroy
#define rocksdb_iter_get_error zkl_rocksdb.iter_get_error
#define rocksdb_iter_key zkl_rocksdb.iter_key
#define rocksdb_iter_next zkl_rocksdb.iter_next
#define rocksdb_iter_seek zkl_rocksdb.iter_seek
#define rocksdb_iter_seek_to_first zkl_rocksdb.iter_seek_to_first
#define rocksdb_iter_valid zkl_rocksdb.iter_valid
#define rocksdb_iter_value zkl_rocksdb.iter_value
#define rocksdb_livefiles zkl_rocksdb.livefiles
#define rocksdb_livefiles_count zkl_rocksdb.livefiles_count
#define rocksdb_livefiles_destroy zkl_rocksdb.livefiles_destroy
#define rocksdb_livefiles_name zkl_rocksdb.livefiles_name
#define rocksdb_open zkl_rocksdb.open
#define rocksdb_open_as_secondary zkl_rocksdb.open_as_secondary
#define rocksdb_options_create zkl_rocksdb.options_create
#define rocksdb_options_destroy zkl_rocksdb.options_destroy
#define rocksdb_options_enable_statistics zkl_rocksdb.options_enable_statistics
#define rocksdb_options_set_block_based_table_factory                                              \
    zkl_rocksdb.options_set_block_based_table_factory
#define rocksdb_options_set_compression zkl_rocksdb.options_set_compression
#define rocksdb_options_set_create_if_missing zkl_rocksdb.options_set_create_if_missing
#define rocksdb_options_set_info_log_level zkl_rocksdb.options_set_info_log_level
#define rocksdb_options_set_keep_log_file_num zkl_rocksdb.options_set_keep_log_file_num
#define rocksdb_options_set_max_file_opening_threads                                               \
    zkl_rocksdb.options_set_max_file_opening_threads
#define rocksdb_options_set_max_open_files zkl_rocksdb.options_set_max_open_files
#define rocksdb_options_set_paranoid_checks zkl_rocksdb.options_set_paranoid_checks
#define rocksdb_options_set_wal_recovery_mode zkl_rocksdb.options_set_wal_recovery_mode
#define rocksdb_options_set_write_buffer_size zkl_rocksdb.options_set_write_buffer_size
#define rocksdb_options_statistics_get_string zkl_rocksdb.options_statistics_get_string
#define rocksdb_pinnableslice_destroy zkl_rocksdb.pinnableslice_destroy
#define rocksdb_pinnableslice_value zkl_rocksdb.pinnableslice_value
#define rocksdb_property_int zkl_rocksdb.property_int
#define rocksdb_readoptions_create zkl_rocksdb.readoptions_create
#define rocksdb_readoptions_destroy zkl_rocksdb.readoptions_destroy
#define rocksdb_readoptions_set_iterate_upper_bound zkl_rocksdb.readoptions_set_iterate_upper_bound
#define rocksdb_try_catch_up_with_primary zkl_rocksdb.try_catch_up_with_primary
#define rocksdb_write zkl_rocksdb.write
#define rocksdb_writebatch_create zkl_rocksdb.writebatch_create
#define rocksdb_writebatch_delete zkl_rocksdb.writebatch_delete
#define rocksdb_writebatch_destroy zkl_rocksdb.writebatch_destroy
#define rocksdb_writebatch_put zkl_rocksdb.writebatch_put
#define rocksdb_writeoptions_create zkl_rocksdb.writeoptions_create
#define rocksdb_writeoptions_destroy zkl_rocksdb.writeoptions_destroy
#define rocksdb_writeoptions_set_sync zkl_rocksdb.writeoptions_set_sync
#endif

/* Once for the process; it stays. Any thread. ZKL_NOT_SUPPORTED or ZKL_NO_MEMORY with the loader's
 * words. */
zkl_status zkl_rocksdb_load(const char *path, zkl_error *err) ZKL_MUST_USE;
