"""Makes the other forms of penguins.csv, and types.parquet, once: pyarrow 26.0.1. Their bytes are committed."""
import csv, datetime, decimal, json, sys
import pyarrow as pa, pyarrow.parquet as pq

rows = list(csv.DictReader(open("penguins.csv")))
whole = ("flipper_length_mm", "body_mass_g", "year")
tenth = ("bill_length_mm", "bill_depth_mm")
kinds = {**{c: int for c in whole}, **{c: decimal.Decimal for c in tenth}}
value = lambda c, v: None if v == "NA" else kinds.get(c, str)(v)
table = [{c: value(c, v) for c, v in row.items()} for row in rows]
types = {**{c: pa.int32() for c in whole}, **{c: pa.decimal128(4, 1) for c in tenth}}
schema = pa.schema([(c, types.get(c, pa.dictionary(pa.int32(), pa.string()) if c == "species" else pa.string())) for c in rows[0]])
pq.write_table(pa.Table.from_pylist(table, schema=schema), "penguins.parquet", compression="zstd")
with open("penguins.ndjson", "w") as out:  # decimals as they are written: 39.0 stays 39.0
    for row in rows:
        parts = ("%s:%s" % (json.dumps(c), "null" if v == "NA" else v if c in kinds else json.dumps(v)) for c, v in row.items())
        out.write("{" + ",".join(parts) + "}\n")

D, T = datetime.date, datetime.datetime
utc = datetime.timezone.utc
columns = [
    ("bool", pa.bool_(), [True, None, False]),
    ("i8", pa.int8(), [-128, 0, 127]),
    ("u8", pa.uint8(), [0, 1, 255]),
    ("i64", pa.int64(), [-(2**63), 0, 2**63 - 1]),
    ("u64", pa.uint64(), [0, 1, 2**64 - 1]),
    ("f32", pa.float32(), [-0.0, 0.1, float("inf")]),
    ("f64", pa.float64(), [1e300, None, -0.1]),
    ("dec", pa.decimal128(38, 2), [decimal.Decimal("-12345678901234567890.12"), decimal.Decimal("0.01"), None]),
    ("day", pa.date32(), [D(1969, 12, 31), D(2024, 2, 29), D(1, 1, 1)]),
    ("time", pa.time64("us"), [datetime.time(0, 0, 0, 1), datetime.time(23, 59, 59, 999999), None]),
    ("ms", pa.timestamp("ms"), [T(1969, 12, 31, 23, 59, 59, 500000), T(2024, 2, 29), None]),
    ("ns", pa.timestamp("ns"), [1, 1000, None]),
    ("tz", pa.timestamp("us", tz="Europe/Zurich"), [T(2024, 7, 1, 10, tzinfo=utc), T(2024, 1, 1, tzinfo=utc), None]),
    ("text", pa.string(), ["", None, "gr\u00fcn\x00"]),
    ("bin", pa.binary(), [b"\xff\x00", b"", None]),
    ("nan", pa.float64(), [float("nan"), 1.5, 2.5]),
    ("list", pa.list_(pa.int32()), [[1], [], None]),
]
arrays = [pa.array(v, t) for _, t, v in columns]
pq.write_table(pa.Table.from_arrays(arrays, names=[n for n, _, _ in columns]), "types.parquet")

# What DuckDB reads, but not as it stands in the file: a wide decimal, nanoseconds with a zone, INT96; and names that differ by case.
def write(name, columns, **options):
    arrays = [pa.array(v, t) for _, t, v in columns]
    metadata = options.pop("metadata", None)
    pq.write_table(pa.Table.from_arrays(arrays, names=[n for n, _, _ in columns]).replace_schema_metadata(metadata), name, **options)

write("inexact.parquet", [
    ("box", pa.struct([("A", pa.int32()), ("wide", pa.struct([("a", pa.int32())]))]), [{"A": 7, "wide": {"a": 8}}]),
    ("wide", pa.decimal256(50, 2), [decimal.Decimal("1.23")]),
    ("nstz", pa.timestamp("ns", tz="UTC"), [1234567891]),
    ("A", pa.int32(), [1]),
    ("a", pa.int32(), [2]),
])
moment = [("t", pa.timestamp("ns"), [1709208000123456000])]  # 2024-02-29T12:00:00.123456
write("int96.parquet", moment, use_deprecated_int96_timestamps=True)
write("int96_spark.parquet", moment, use_deprecated_int96_timestamps=True, metadata={"org.apache.spark.version": "3.5.0"})

# Floats whose digits people wrote, and others.
write("floats.parquet", [
    ("price", pa.float64(), [19.99, 0.1, None, -5.0]),
    ("count", pa.float64(), [1.0, -0.0, None, 3e5]),
    ("single", pa.float32(), [0.1, 16777216.0, 2.5, -0.5]),
    ("third", pa.float64(), [1 / 3, 12.5, 0.0, 1.0]),
    ("tiny", pa.float64(), [1e-20, 0.0, 0.0, 1.0]),
    ("huge", pa.float64(), [1e300, 1.0, 2.0, 3.0]),
    ("endless", pa.float64(), [float("inf"), 1.0, 2.0, 3.0]),
    ("gap", pa.float64(), [float("nan"), 1.5, 2.5, 3.5]),
    ("label", pa.float64(), [1.0, 0.0, None, 1.0]),
    ("flag", pa.int8(), [0, 1, 1, 0]),
])

# Pages that state their CRC, in both versions; two row groups.
write("crc.parquet", [("id", pa.int32(), list(range(6))), ("name", pa.string(), ["x", "yy", "x", None, "yy", "x"])],
      write_page_checksum=True, row_group_size=4, store_schema=False, write_statistics=False)
write("crc_v2.parquet", [("id", pa.int32(), list(range(6)))], write_page_checksum=True, data_page_version="2.0",
      store_schema=False, compression="zstd")
write("no_rows.parquet", [("id", pa.int32(), [])], store_schema=False)
write("nul_name.parquet", [("h\x00a", pa.int32(), [1])], store_schema=False)

# Encodings that not every reader has: of integers and of floats; a text that is no UTF-8; a table without columns.
write("byte_stream_split.parquet", [("id", pa.int32(), [1, 2, 3]), ("x", pa.float64(), [0.5, 1.5, 2.5]), ("n", pa.int32(), [7, 8, 9])],
      use_dictionary=False, column_encoding={"id": "BYTE_STREAM_SPLIT", "x": "BYTE_STREAM_SPLIT"}, store_schema=False)
odd = pa.array([b"a", b"\xff"], pa.binary())
pq.write_table(pa.table({"s": pa.Array.from_buffers(pa.string(), 2, odd.buffers())}), "not_utf8.parquet", store_schema=False)
pq.write_table(pa.table({}), "no_columns.parquet", store_schema=False)

# Pages that only gzip's own checksum protects, in both versions; nulls and a list.
for name, version in (("gzip.parquet", "1.0"), ("gzip_v2.parquet", "2.0")):
    write(name, [("id", pa.int32(), [7] * 63 + [None]), ("l", pa.list_(pa.int32()), [[1, 2]] * 63 + [[]])], compression="gzip",
          use_dictionary=False, data_page_version=version, store_schema=False, write_statistics=False)

# Encrypted under keys that nobody keeps: with a footer that is encrypted too, and with one that is not.
import base64, pyarrow.parquet.encryption as encryption

class NoKeys(encryption.KmsClient):
    def __init__(self, _): super().__init__()
    def wrap_key(self, key, _): return base64.b64encode(key)
    def unwrap_key(self, key, _): return base64.b64decode(key)

factory = encryption.CryptoFactory(lambda _: NoKeys(_))
for name, plain in (("encrypted.parquet", False), ("encrypted_column.parquet", True)):
    how = encryption.EncryptionConfiguration(footer_key="f", column_keys={"c": ["b"]}, plaintext_footer=plain)
    two = pa.table({"a": [1, 2], "b": [3, 4]})
    with pq.ParquetWriter(name, two.schema, store_schema=False, encryption_properties=factory.file_encryption_properties(
            encryption.KmsConnectionConfig(), how)) as out:
        out.write_table(two)
