//! Flat parquet files, written column by column without arrow.

use std::sync::Arc;

use parquet::basic::{Compression, Encoding, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{ColumnPath, Type};

use super::StoreError;
use super::columns::{Column, Kind};
use super::draft::Draft;

/// A table that is being written, row group by row group.
pub(super) struct Table {
    writer: SerializedFileWriter<Draft>,
}

/// One row group, to be given its columns in order.
pub(super) struct Group<'a> {
    writer: SerializedRowGroupWriter<'a, Draft>,
}

impl Table {
    pub(super) fn new(draft: Draft, columns: &[Column]) -> Result<Self, StoreError> {
        let name = draft.path().to_owned();
        let build = || {
            let fields: Result<Vec<_>, _> = columns.iter().map(|column| field(column).map(Arc::new)).collect();
            let schema = Type::group_type_builder("row").with_fields(fields?).build()?;
            let mut properties = WriterProperties::builder()
                .set_created_by(concat!("piramide ", env!("CARGO_PKG_VERSION")).into())
                .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
                .set_statistics_enabled(EnabledStatistics::Chunk)
                .set_offset_index_disabled(true);
            for column in columns {
                let path = ColumnPath::from(column.name.as_str());
                // A dictionary of numbers costs time and saves nothing: most reals are their own, and integers are small.
                let encoding = match column.kind {
                    Kind::Integer => Encoding::DELTA_BINARY_PACKED,
                    Kind::Number => Encoding::BYTE_STREAM_SPLIT,
                    // Names repeat in every row group: their extremes would help nobody skip one.
                    Kind::Text => {
                        properties = properties.set_column_statistics_enabled(path, EnabledStatistics::None);
                        continue;
                    }
                };
                properties = properties.set_column_dictionary_enabled(path.clone(), false).set_column_encoding(path, encoding);
            }
            SerializedFileWriter::new(draft, Arc::new(schema), Arc::new(properties.build()))
        };
        let writer = build().map_err(|error| system_error(&name, error))?;
        Ok(Self { writer })
    }

    /// Adds a row group; `fill` gives it its columns.
    pub(super) fn group(&mut self, fill: impl FnOnce(&mut Group) -> Result<(), ParquetError>) -> Result<(), StoreError> {
        let name = self.writer.inner().path().to_owned();
        let write = || {
            let mut group = Group { writer: self.writer.next_row_group()? };
            fill(&mut group)?;
            group.writer.close().map(drop)
        };
        write().map_err(|error| system_error(&name, error))
    }

    /// Ends the file and gives it its name.
    pub(super) fn keep(self) -> Result<(), StoreError> {
        let name = self.writer.inner().path().to_owned();
        self.writer.into_inner().map_err(|error| system_error(&name, error))?.keep()
    }
}

impl Group<'_> {
    pub(super) fn integers(&mut self, values: &[i64]) -> Result<(), ParquetError> {
        self.next(|column| column.typed::<Int64Type>().write_batch(values, None, None).map(drop))
    }

    pub(super) fn numbers(&mut self, values: &[f64]) -> Result<(), ParquetError> {
        self.next(|column| column.typed::<DoubleType>().write_batch(values, None, None).map(drop))
    }

    /// `there[i]` is 1 if row i has a text and 0 if not; `values` are the texts of the rows that have one.
    pub(super) fn texts(&mut self, values: &[ByteArray], there: &[i16]) -> Result<(), ParquetError> {
        self.next(|column| column.typed::<ByteArrayType>().write_batch(values, Some(there), None).map(drop))
    }

    fn next(
        &mut self,
        write: impl FnOnce(&mut parquet::file::writer::SerializedColumnWriter) -> Result<(), ParquetError>,
    ) -> Result<(), ParquetError> {
        let column = self.writer.next_column()?;
        let mut column = column.ok_or_else(|| ParquetError::General("more columns than the table has".into()))?;
        write(&mut column)?;
        column.close()
    }
}

fn field(column: &Column) -> Result<Type, ParquetError> {
    let (physical, logical, repetition) = match column.kind {
        Kind::Integer => (Physical::INT64, None, Repetition::REQUIRED),
        Kind::Number => (Physical::DOUBLE, None, Repetition::REQUIRED),
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String), Repetition::OPTIONAL),
    };
    Type::primitive_type_builder(&column.name, physical).with_logical_type(logical).with_repetition(repetition).build()
}

/// The error of the system that is behind an error of the parquet writer, if there is one.
fn system_error(file: &std::path::Path, error: ParquetError) -> StoreError {
    let source = match error {
        ParquetError::External(inner) => match inner.downcast::<std::io::Error>() {
            Ok(error) => *error,
            Err(other) => std::io::Error::other(other),
        },
        other => std::io::Error::other(other),
    };
    StoreError::file(file, "write")(source)
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("file", &self.writer.inner().path()).finish()
    }
}
