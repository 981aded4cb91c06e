package org.diffusion4j.core.data;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.datavec.api.conf.Configuration;
import org.datavec.api.records.Record;
import org.datavec.api.records.metadata.RecordMetaData;
import org.datavec.api.records.metadata.RecordMetaDataIndex;
import org.datavec.api.records.reader.BaseRecordReader;
import org.datavec.api.split.InputSplit;
import org.datavec.api.writable.Writable;

/** The position, the reset and the metadata of a reader whose records have numbers. */
abstract class PictureRecordReader extends BaseRecordReader {
  private static final long serialVersionUID = 1;

  private transient Configuration configuration;
  private int position;

  /** Opens what the split names. */
  abstract void open(InputSplit split) throws IOException;

  /** The number of records, 0 before the reader is initialized. */
  abstract int size();

  /** The record of a number below the size. */
  abstract List<Writable> record(int index);

  /** Where the records come from. */
  abstract URI location();

  @Override
  public final void initialize(InputSplit split) throws IOException, InterruptedException {
    super.initialize(split);
    open(split);
    position = 0;
  }

  @Override
  public final void initialize(Configuration configuration, InputSplit split)
      throws IOException, InterruptedException {
    setConf(configuration);
    initialize(split);
  }

  @Override
  public final boolean hasNext() {
    return position < size();
  }

  @Override
  public final List<Writable> next() {
    if (!hasNext()) {
      throw new NoSuchElementException("record (=" + position + ") must be below " + size());
    }
    List<Writable> record = record(position++);
    invokeListeners(record);
    return record;
  }

  @Override
  public final Record nextRecord() {
    int index = position;
    return new org.datavec.api.records.impl.Record(next(), metaData(index));
  }

  @Override
  public final Record loadFromMetaData(RecordMetaData metaData) throws IOException {
    return loadFromMetaData(List.of(metaData)).get(0);
  }

  @Override
  public final List<Record> loadFromMetaData(List<RecordMetaData> metaData) throws IOException {
    List<Record> records = new ArrayList<>();
    for (RecordMetaData one : metaData) {
      if (!(one instanceof RecordMetaDataIndex numbered) || numbered.getIndex() >= size()) {
        throw new IllegalArgumentException(
            "metadata (=" + one + ") must come from this reader's records");
      }
      records.add(new org.datavec.api.records.impl.Record(record((int) numbered.getIndex()), one));
    }
    return records;
  }

  @Override
  public final void reset() {
    position = 0;
  }

  @Override
  public final boolean resetSupported() {
    return true;
  }

  /** Not supported: a stream alone does not say what belongs to a picture. */
  @Override
  public final List<Writable> record(URI uri, DataInputStream stream) {
    throw new UnsupportedOperationException("records are read by initialize and next");
  }

  @Override
  public final void setConf(Configuration configuration) {
    this.configuration = configuration;
  }

  @Override
  public final Configuration getConf() {
    return configuration;
  }

  private RecordMetaData metaData(int index) {
    return new RecordMetaDataIndex(index, location(), getClass());
  }
}
